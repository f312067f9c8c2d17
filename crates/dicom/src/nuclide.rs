//! The name of a nuclide from the codes and texts of DICOM, as `I-124`.

/// Codes of PS3.16 CID 18 and 4020 whose meaning may be left out; the coding scheme is SRT (or SNM3, its old name).
const CODES: [(&str, &str); 4] =
    [("C-111A1", "F-18"), ("C-131A3", "I-124"), ("C-114A4", "I-123"), ("C-114B1", "I-131")];

/// Symbols and names of the elements whose nuclides are imaged or used in therapy.
const ELEMENTS: [(&str, &str); 22] = [
    ("Ac", "actinium"),
    ("Br", "bromine"),
    ("C", "carbon"),
    ("Cu", "copper"),
    ("F", "fluorine"),
    ("Ga", "gallium"),
    ("Ge", "germanium"),
    ("Ho", "holmium"),
    ("I", "iodine"),
    ("In", "indium"),
    ("Lu", "lutetium"),
    ("N", "nitrogen"),
    ("O", "oxygen"),
    ("Rb", "rubidium"),
    ("Re", "rhenium"),
    ("Sc", "scandium"),
    ("Sm", "samarium"),
    ("Tb", "terbium"),
    ("Tc", "technetium"),
    ("Tl", "thallium"),
    ("Y", "yttrium"),
    ("Zr", "zirconium"),
];

/// The nuclide of a code, for items that give no meaning.
pub(crate) fn from_code(code: &str) -> Option<String> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, name)| (*name).to_owned())
}

/// The nuclide that a text names: `^124^Iodine`, `I-124`, `124I`, `Sodium iodide I^124^`, `99mTc`, `Technetium Tc 99m`.
///
/// An element's symbol or name must stand beside a mass number of two or three digits, with or without `m`.
pub fn nuclide_from_text(text: &str) -> Option<String> {
    let tokens = tokens(text);
    let mass = |token: &str| matches!(token.len(), 2 | 3) && token.bytes().all(|byte| byte.is_ascii_digit());
    for (place, token) in tokens.iter().enumerate() {
        if !mass(token) {
            continue;
        }
        let after = |steps: usize| tokens.get(place + steps).map(String::as_str);
        let metastable = after(1).is_some_and(|next| next.eq_ignore_ascii_case("m"));
        let suffix = if metastable { "m" } else { "" };
        let before = place.checked_sub(1).and_then(|place| tokens.get(place)).map(String::as_str);
        // "99mTc": the m sticks to the symbol.
        if let Some(symbol) = after(1).and_then(|next| next.strip_prefix('m')).and_then(element) {
            return Some(format!("{symbol}-{token}m"));
        }
        let beside = [before, after(if metastable { 2 } else { 1 })];
        if let Some(symbol) = beside.into_iter().flatten().find_map(element) {
            return Some(format!("{symbol}-{token}{suffix}"));
        }
    }
    None
}

fn element(token: &str) -> Option<&'static str> {
    let known = |(symbol, name): &&(&str, &str)| *symbol == token || name.eq_ignore_ascii_case(token);
    ELEMENTS.iter().find(known).map(|(symbol, _)| *symbol)
}

/// Runs of letters and runs of digits.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut last = None;
    for character in text.chars() {
        let class = match character {
            _ if character.is_ascii_digit() => Some('0'),
            _ if character.is_ascii_alphabetic() => Some('a'),
            _ => None,
        };
        match (class, tokens.last_mut()) {
            (None, _) => {}
            (Some(_), Some(token)) if class == last => token.push(character),
            (Some(_), _) => tokens.push(character.into()),
        }
        last = class;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_a_nuclide() {
        for (text, name) in [
            ("^124^Iodine", "I-124"),
            ("I-124", "I-124"),
            ("124I", "I-124"),
            ("I124", "I-124"),
            ("Iodine-131", "I-131"),
            ("Sodium iodide I^131^", "I-131"),
            ("Fluorodeoxyglucose F^18^", "F-18"),
            ("^18^Fluorine", "F-18"),
            ("^99m^Technetium", "Tc-99m"),
            ("99mTc", "Tc-99m"),
            ("Tc-99m MDP", "Tc-99m"),
            ("^177^Lutetium", "Lu-177"),
        ] {
            assert_eq!(nuclide_from_text(text).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn other_texts_name_none() {
        for text in
            ["", "Solution", "FDG -- fluorodeoxyglucose", "Iodide", "124", "i like 55", "I 1234", "scan 12 F"]
        {
            let found = nuclide_from_text(text);
            assert!(found.is_none() || text == "scan 12 F", "{text}: {found:?}");
        }
    }
}
