//! The header that is committed is the one that the source gives. `IODOSE_BLESS=1` writes it.

use std::path::Path;

#[test]
fn the_header_is_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    let mut made = Vec::new();
    // The modules that it names are read as well.
    let sources = cbindgen::Builder::new().with_src(folder.join("src/lib.rs")).with_config(config);
    sources.generate().unwrap().write(&mut made);
    let made = String::from_utf8(made).unwrap();
    let path = folder.join("include/iodose.h");
    if std::env::var_os("IODOSE_BLESS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert_eq!(committed, made, "run IODOSE_BLESS=1 cargo test -p iodose-capi");
}
