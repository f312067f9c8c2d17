//! Whatever the text is, it is read or refused.

use iodose::case::{CaseError, DoseGrid, StopRule, Transport};
use proptest::prelude::*;

use super::{DEMO, read, refusal};

proptest! {
    #[test]
    fn random_bytes_are_refused_or_read_but_never_panic(bytes: Vec<u8>) {
        drop(read(&String::from_utf8_lossy(&bytes)).map_err(|error| error.to_string()));
    }

    #[test]
    fn a_mutilated_case_never_panics(
        cuts in prop::collection::vec((0..DEMO.len(), 0_usize..12, "[-\\[\\]{}=\"'.,# a-z0-9\n\\PC]{0,6}"), 1..6),
    ) {
        let mut text: Vec<char> = DEMO.chars().collect();
        for (start, length, insert) in cuts {
            let start = start.min(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, insert.chars());
        }
        let text: String = text.into_iter().collect();
        if let Err(CaseError::Invalid { problems, .. }) = read(&text) {
            prop_assert!(!problems.is_empty());
            let lines = text.matches('\n').count() + 1;
            prop_assert!(problems.iter().all(|problem| (1..=lines).contains(&problem.line)));
        }
    }

    #[test]
    fn what_is_recorded_is_read_back(
        time_h in 1e-3..1e4_f64, uncertainty in 1e-6..0.999_f64, seed: u64, spacing in prop::array::uniform3(0.1..100.0_f64),
        name in "[a-zµ\"'\\\\{}=#,]{1,12}", label in 1..=u16::MAX,
    ) {
        let mut case = read(DEMO).unwrap();
        case.images[0].time_h = Some(time_h);
        case.transport = Transport {
            grid: DoseGrid::Spacing(spacing),
            stop: StopRule::Uncertainty(uncertainty),
            seed: seed >> 1,
            ..Transport::default()
        };
        case.lesions.as_mut().unwrap().names = [(label, name)].into();
        let recorded = toml::to_string(&case).unwrap();
        prop_assert_eq!(read(&recorded).unwrap(), case);
    }
}

#[test]
fn hostile_texts_are_refused_in_short() {
    let size = 1 << 18;
    let many_keys: String = (0..size / 10).map(|number| format!("k{number} = 1\n")).collect();
    let texts = [
        format!("a = {}", "[".repeat(size)),
        format!("{}a = 1", "a.".repeat(size / 2 - 3)),
        format!("[{}a]", "a.".repeat(size / 2 - 3)),
        "=\n".repeat(size / 2),
        "x".repeat(size),
        many_keys,
    ];
    for text in texts {
        let message = refusal(&text);
        assert!(message.len() < 4000, "{} bytes", message.len());
    }
}
