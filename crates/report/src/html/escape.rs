//! Text that stays text.

/// Text with the five characters that mean something in HTML escaped, and control characters, which HTML does not
/// allow, shown as U+FFFD.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(' '),
            control if control.is_control() => safe.push('\u{fffd}'),
            plain => safe.push(plain),
        }
    }
    safe
}

/// A lesion's name for display: escaped, and kept from turning the direction of the text around it.
fn name(label: u32, name: &str) -> String {
    if name.trim().is_empty() { format!("Lesion {label}") } else { format!("<bdi>{}</bdi>", escape(name)) }
}

/// A lesion's label and name, as the table rows, the legend and the notes call it.
pub(super) fn title(label: u32, lesion_name: &str) -> String {
    format!("<span class=\"label\">{label}</span> {}", name(label, lesion_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_are_harmless() {
        assert_eq!(
            escape("<b a='1' c=\"2\">&\u{0}\n"),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\u{fffd} "
        );
        assert_eq!(name(7, "  "), "Lesion 7");
        assert_eq!(name(7, "肺 <x>"), "<bdi>肺 &lt;x&gt;</bdi>");
    }
}
