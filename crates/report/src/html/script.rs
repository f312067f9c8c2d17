//! The page's own script, and the numbers it works on.
//!
//! The content security policy names the hash of this very text, so that a browser runs it and nothing else, whatever a
//! lesion is called. Numbers lie in blocks that are never run.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// One function around everything, so that nothing leaks into the page.
const SCRIPT: &str = concat!(
    "\n(() => {\n'use strict';\n",
    include_str!("script/number.js"),
    include_str!("script/dom.js"),
    include_str!("script/unpack.js"),
    include_str!("script/volume.js"),
    include_str!("script/plane.js"),
    include_str!("script/readout.js"),
    include_str!("script/view.js"),
    include_str!("script/viewer.js"),
    include_str!("script/dvh_plot.js"),
    include_str!("script/dvh.js"),
    include_str!("script/start.js"),
    "})();\n",
);

/// The script, for the end of the page.
pub(super) fn script() -> String {
    format!("<script>{SCRIPT}</script>\n")
}

/// The source that a content security policy allows: the script's hash.
pub(super) fn source() -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(SCRIPT)))
}

/// Numbers for the script. A less-than sign would end the block, or begin another: it is written by its code.
pub(super) fn data(id: &str, value: &serde_json::Value) -> String {
    let json = value.to_string().replace('<', "\\u003c");
    format!("<script type=\"application/json\" id=\"{id}\">{json}</script>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_never_ends_its_block() {
        let name = "</script><script>alert(1)<!--";
        let block = data("x", &serde_json::json!({ "name": name }));
        let json = block.strip_prefix("<script type=\"application/json\" id=\"x\">").unwrap();
        let json = json.strip_suffix("</script>\n").unwrap();
        assert!(!json.contains('<'));
        assert_eq!(serde_json::from_str::<serde_json::Value>(json).unwrap()["name"], name);
    }

    #[test]
    fn the_script_cannot_end_early() {
        // Either would change how a browser reads the rest of the element.
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }
}
