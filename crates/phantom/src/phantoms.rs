//! The phantoms that come with the project, from the folder `phantoms/`.

/// A phantom of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Name by which it is asked for; also the `name` in the description.
    pub name: &'static str,
    /// One line on what it is: the comment in the first line of the file.
    pub summary: &'static str,
    /// The description, for [`crate::Phantom::parse`].
    pub text: &'static str,
}

const TEXTS: [(&str, &str); 3] = [
    ("sphere-in-water", include_str!("../phantoms/sphere-in-water.toml")),
    ("lung-metastases", include_str!("../phantoms/lung-metastases.toml")),
    ("neck-remnant", include_str!("../phantoms/neck-remnant.toml")),
];

/// All phantoms of the project.
pub fn list() -> Vec<Entry> {
    TEXTS
        .iter()
        .map(|&(name, text)| {
            let summary = text.lines().next().unwrap_or_default().trim_start_matches("# ");
            Entry { name, summary, text }
        })
        .collect()
}

/// The description of one phantom, or `None` for an unknown name.
pub fn text(name: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == name).map(|&(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Phantom;

    #[test]
    fn names_and_summaries_are_those_of_the_files() {
        for entry in list() {
            assert!(entry.text.starts_with("# ") && entry.summary.len() > 20, "{}", entry.name);
            assert_eq!(Phantom::parse(entry.text).unwrap().description().name, entry.name);
            assert_eq!(text(entry.name), Some(entry.text));
        }
        assert_eq!(text("no-such"), None);
    }
}
