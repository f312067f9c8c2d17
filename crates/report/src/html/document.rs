//! What every page has around its content.

use super::escape::escape;

/// The style of every page.
const STYLE: &str = include_str!("style.css");

/// What every page says of itself.
pub(super) const NOTICE: &str = "Research software, not a medical device. The numbers here must not be the sole basis of a \
    treatment decision; a qualified medical physicist must judge them.";

/// What a page holds: HTML but for the title and the version, which are escaped here.
pub(super) struct Document<'a> {
    pub(super) title: &'a str,
    /// What the content security policy allows beside styles.
    pub(super) allows: &'a str,
    /// Above the notice.
    pub(super) header: &'a str,
    pub(super) main: &'a str,
    pub(super) version: &'a str,
    /// After all else.
    pub(super) scripts: &'a str,
}

impl Document<'_> {
    pub(super) fn html(&self) -> String {
        let Self { allows, header, main, scripts, .. } = self;
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; {allows}style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
{header}
<p class="notice" role="note">{NOTICE}</p>
</header>
<main>
{main}</main>
<footer>
<p class="notice" role="note">{NOTICE}</p>
<p>iodose {version}. Research use only.</p>
</footer>
{scripts}</body>
</html>
"#,
            title = escape(self.title),
            version = escape(self.version),
        )
    }
}
