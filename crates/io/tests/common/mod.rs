//! NIfTI files built by hand from the standard's table of fields, independently of the crate's own writer.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

#[derive(Clone, Copy)]
#[allow(dead_code)] // each test program uses its part
pub enum Order {
    Little,
    Big,
}

/// A header as bytes that stay open to damage.
#[derive(Clone)]
pub struct RawNifti {
    pub header: Vec<u8>,
    pub data: Vec<u8>,
    order: Order,
}

#[allow(dead_code)] // each test program uses its part
impl RawNifti {
    /// A header with an sform of 1 mm voxels along R, A, S and no voxels yet.
    pub fn new(order: Order, size: [i16; 3], datatype: i16, bytes_per_voxel: i16) -> Self {
        let mut raw = Self { header: vec![0; 352], data: Vec::new(), order };
        raw.put_i32(0, 348);
        for (n, &value) in [3, size[0], size[1], size[2], 1, 1, 1, 1].iter().enumerate() {
            raw.put_i16(40 + 2 * n, value);
        }
        raw.put_i16(70, datatype);
        raw.put_i16(72, bytes_per_voxel * 8);
        for n in 0..8 {
            raw.put_f32(76 + 4 * n, 1.0);
        }
        raw.put_f32(108, 352.0);
        raw.header[123] = 2;
        raw.put_i16(254, 1);
        for n in 0..3 {
            raw.put_f32(280 + 20 * n, 1.0);
        }
        raw.header[344..348].copy_from_slice(b"n+1\0");
        raw
    }

    /// 16-bit voxels 0, 1, 2, ...
    pub fn counting(order: Order, size: [i16; 3]) -> Self {
        let mut raw = Self::new(order, size, 4, 2);
        for n in 0..size.iter().product::<i16>() {
            raw.push_i16(n);
        }
        raw
    }

    pub fn push_i16(&mut self, value: i16) {
        self.data.extend(match self.order {
            Order::Little => value.to_le_bytes(),
            Order::Big => value.to_be_bytes(),
        });
    }

    pub fn put_i16(&mut self, offset: usize, value: i16) {
        let bytes = match self.order {
            Order::Little => value.to_le_bytes(),
            Order::Big => value.to_be_bytes(),
        };
        self.header[offset..offset + 2].copy_from_slice(&bytes);
    }

    pub fn put_i32(&mut self, offset: usize, value: i32) {
        let bytes = match self.order {
            Order::Little => value.to_le_bytes(),
            Order::Big => value.to_be_bytes(),
        };
        self.header[offset..offset + 4].copy_from_slice(&bytes);
    }

    pub fn put_f32(&mut self, offset: usize, value: f32) {
        self.put_i32(offset, value.to_bits() as i32);
    }

    pub fn bytes(&self) -> Vec<u8> {
        [self.header.as_slice(), &self.data].concat()
    }

    pub fn gzipped(&self) -> Vec<u8> {
        gzip(&self.bytes())
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
