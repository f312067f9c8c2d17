//! Compression of what was damaged, by one compressor again and again: making one costs more than most readers take.

use flate2::{Compress, Compression, Crc, FlushCompress};
use std::cell::RefCell;

thread_local! {
    static RAW: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
    static ZLIB: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), true));
}

fn compressed(compressor: &RefCell<Compress>, bytes: &[u8]) -> Vec<u8> {
    let mut compressor = compressor.borrow_mut();
    compressor.reset();
    // More than any bytes become: stored blocks have five bytes each, and there is a beginning and an end.
    let mut packed = Vec::with_capacity(bytes.len() + bytes.len() / 4 + 64);
    compressor.compress_vec(bytes, &mut packed, FlushCompress::Finish).expect("compression in memory");
    packed
}

/// A deflate stream (RFC 1951).
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    RAW.with(|compressor| compressed(compressor, bytes))
}

/// A zlib stream (RFC 1950).
pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    ZLIB.with(|compressor| compressed(compressor, bytes))
}

/// A gzip stream (RFC 1952).
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(bytes);
    let header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    [&header[..], &deflate(bytes), &sum.sum().to_le_bytes(), &(bytes.len() as u32).to_le_bytes()].concat()
}
