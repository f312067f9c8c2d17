//! Text files: words, numbers and lines.

use super::{REAL, WHOLE};
use crate::random::Random;
use std::ops::Range;

/// Damages a text: a number becomes another one, a word one of the same file or of `words`; lines go, come twice or change
/// places; long runs of what opens something.
pub fn text_with(bytes: &mut Vec<u8>, words: &[&str], random: &mut Random) {
    let runs = runs(bytes);
    if runs.is_empty() {
        bytes.extend_from_slice(b"x = 1\n");
        return;
    }
    match random.below(12) {
        0..=4 => {
            let numbers: Vec<&Range<usize>> =
                runs.iter().filter(|run| looks_like_a_number(&bytes[(*run).clone()])).collect();
            if let Some(run) = (!numbers.is_empty()).then(|| (*random.of(&numbers)).clone()) {
                let number = number(random);
                bytes.splice(run, number.into_bytes());
            }
        }
        5 | 6 => {
            let (to, from) = (random.of(&runs).clone(), random.of(&runs).clone());
            let word = bytes[from].to_vec();
            bytes.splice(to, word);
        }
        7 | 8 => {
            let to = random.of(&runs).clone();
            let word = random.of(if words.is_empty() {
                &["", "nan", "\u{0}", "\u{feff}", "true", "é"]
            } else {
                words
            });
            bytes.splice(to, word.bytes());
        }
        9 | 10 => lines(bytes, random),
        _ => {
            let at = random.of(&runs).start;
            let piece = random.of(&[
                "[", "{", "(", "\"", "'''", "\\", ",", "0", "-", ".", "e", "\n", "=", "#", "[[", "\u{202e}",
                "a.", "[{a=",
            ]);
            let run = piece.repeat(1 << random.below(9));
            bytes.splice(at..at, run.into_bytes());
        }
    }
}

/// [`text_with`] without words of its own.
pub fn text(bytes: &mut Vec<u8>, random: &mut Random) {
    text_with(bytes, &[], random);
}

/// A number as text.
pub(super) fn number(random: &mut Random) -> String {
    match random.below(5) {
        0 | 1 => random.of(&WHOLE).to_string(),
        2 | 3 => format!("{:e}", random.of(&REAL)),
        _ => format!("{}", random.below(2000) as f64 / 8.0),
    }
}

fn lines(bytes: &mut Vec<u8>, random: &mut Random) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let (one, other) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(4) {
        0 => drop(lines.remove(one)),
        1 => lines.insert(other, lines[one].clone()),
        2 => lines.swap(one, other),
        _ => lines.truncate(one + 1),
    }
    *bytes = lines.concat();
}

/// Words, numbers and names: what stands between spaces and marks.
fn runs(bytes: &[u8]) -> Vec<Range<usize>> {
    let is_part =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_') || byte >= 0x80;
    let mut runs = Vec::new();
    let mut start = None;
    for (at, &byte) in bytes.iter().enumerate() {
        match (is_part(byte), start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                runs.push(begin..at);
                start = None;
            }
            _ => {}
        }
    }
    runs.extend(start.map(|begin| begin..bytes.len()));
    runs
}

fn looks_like_a_number(run: &[u8]) -> bool {
    run.iter().any(u8::is_ascii_digit)
        && run.iter().all(|byte| byte.is_ascii_digit() || b".-+eE".contains(byte))
}
