//! The marker segments before the coded data (T.87 annex C).

/// What the segments say.
pub(super) struct Stream<'a> {
    pub rows: usize,
    pub columns: usize,
    pub precision: u32,
    pub parameters: Parameters,
    pub data: &'a [u8],
}

/// Coding parameters (C.2.4.1.1).
pub(super) struct Parameters {
    pub max: i32,
    pub thresholds: [i32; 3],
    pub reset: i32,
}

const SOI: u8 = 0xD8;
const SOF_55: u8 = 0xF7;
const LSE: u8 = 0xF8;
const SOS: u8 = 0xDA;
const DRI: u8 = 0xDD;

pub(super) fn read(coded: &[u8]) -> Result<Stream<'_>, String> {
    let mut rest = match coded {
        [0xFF, SOI, rest @ ..] => rest,
        _ => return Err("no JPEG-LS stream".into()),
    };
    let mut frame = None;
    let mut preset = [0u16; 5];
    loop {
        let (marker, segment, after) = next(rest).ok_or("marker segments cut short")?;
        rest = after;
        match (marker, segment) {
            (SOF_55, &[precision @ 2..=16, r1, r0, c1, c0, 1, _, _, _]) => {
                let number = |high, low| usize::from(u16::from_be_bytes([high, low]));
                frame = Some((u32::from(precision), number(r1, r0), number(c1, c0)));
            }
            (SOF_55, _) => return Err("a frame that is not one component of 2 to 16 bits".into()),
            (LSE, [1, values @ ..]) if values.len() == 10 => {
                for (place, pair) in preset.iter_mut().zip(values.chunks_exact(2)) {
                    *place = u16::from_be_bytes([pair[0], pair[1]]);
                }
            }
            (LSE, _) => return Err("mapping tables or sizes of an extension".into()),
            (DRI, interval) if interval.iter().any(|&byte| byte != 0) => {
                return Err("restart intervals".into());
            }
            // One component, no mapping table, no loss (NEAR), no interleaving, no point transform.
            (SOS, &[1, _, 0, 0, 0, 0]) => break,
            (SOS, _) => return Err("a scan with loss, tables or interleaving".into()),
            _ => {}
        }
    }
    let (precision, rows, columns) = frame.ok_or("a scan without a frame")?;
    let parameters = Parameters::new(precision, preset)?;
    Ok(Stream { rows, columns, precision, parameters, data: rest })
}

/// A marker, what its segment holds, and the bytes after it.
fn next(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[mark, marker, high, low], rest) = bytes.split_first_chunk::<4>()?;
    if mark != 0xFF {
        return None;
    }
    let length = usize::from(u16::from_be_bytes([high, low])).checked_sub(2)?;
    let (segment, rest) = rest.split_at_checked(length)?;
    Some((marker, segment, rest))
}

impl Parameters {
    /// Stated values, and defaults for those that are 0 (C.2.4.1.1.1).
    fn new(precision: u32, preset: [u16; 5]) -> Result<Self, String> {
        let [max, t1, t2, t3, reset] = preset.map(i32::from);
        let highest = (1 << precision) - 1;
        let max = if max == 0 { highest } else { max };
        let clamped = |value: i32, least: i32| if value > max || value < least { least } else { value };
        let defaults = if max >= 128 {
            let factor = (max.min(4095) + 128) / 256;
            let t1 = clamped(factor + 2, 1);
            let t2 = clamped(4 * factor + 3, t1);
            [t1, t2, clamped(17 * factor + 4, t2)]
        } else {
            let factor = 256 / (max + 1);
            let t1 = clamped((3 / factor).max(2), 1);
            let t2 = clamped((7 / factor).max(3), t1);
            [t1, t2, clamped((21 / factor).max(4), t2)]
        };
        let chosen = |stated: i32, default: i32| if stated == 0 { default } else { stated };
        let thresholds = [chosen(t1, defaults[0]), chosen(t2, defaults[1]), chosen(t3, defaults[2])];
        let reset = chosen(reset, 64);
        let ordered = 1 <= thresholds[0] && thresholds.is_sorted() && thresholds[2] <= max;
        if max > highest || !ordered || reset < 3 {
            return Err(format!("coding parameters {preset:?}"));
        }
        Ok(Self { max, thresholds, reset })
    }
}
