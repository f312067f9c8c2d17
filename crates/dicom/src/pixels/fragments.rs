//! Which fragments make a frame (PS3.5 A.4).

use std::borrow::Cow;
use std::ops::Range;

/// The coded bytes of a frame: fragment by fragment where there are as many as frames, all of them for a single frame, else
/// by the offset table; `None` where neither says it.
pub(super) fn frame<'a>(
    bytes: &'a [u8],
    offsets: &[u32],
    fragments: &[Range<usize>],
    frame: usize,
    frames: usize,
) -> Option<Cow<'a, [u8]>> {
    if fragments.len() == frames {
        return bytes.get(fragments.get(frame)?.clone()).map(Cow::Borrowed);
    }
    let mine: Vec<_> = if frames == 1 {
        fragments.iter().collect()
    } else if offsets.len() == frames {
        // Offsets count from the first fragment's item tag, eight bytes before its first byte.
        let base = fragments.first()?.start;
        let begin = *offsets.get(frame)? as usize;
        let end = offsets.get(frame + 1).map_or(usize::MAX, |&offset| offset as usize);
        fragments.iter().filter(|range| (begin..end).contains(&(range.start - base))).collect()
    } else {
        return None;
    };
    let mut joined = Vec::new();
    for range in mine {
        joined.extend_from_slice(bytes.get(range.clone())?);
    }
    (!joined.is_empty()).then_some(Cow::Owned(joined))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_several_fragments_follow_the_offset_table() {
        let bytes: Vec<u8> = (0..100).collect();
        let fragments = [8..10, 18..22, 30..34];
        let joined = frame(&bytes, &[0, 10], &fragments, 1, 2).unwrap();
        assert_eq!(*joined, [18, 19, 20, 21, 30, 31, 32, 33]);
        assert_eq!(*frame(&bytes, &[0, 10], &fragments, 0, 2).unwrap(), [8, 9]);
        assert_eq!(frame(&bytes, &[], &fragments, 0, 1).unwrap().len(), 10);
        assert_eq!(frame(&bytes, &[], &fragments, 0, 2), None, "nothing says where the second frame begins");
    }
}
