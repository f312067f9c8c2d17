//! Writes the seeds of every reader into folders, for `fuzz/`: `cargo run -p iodose-hostile --example seeds -- FOLDER`
#![allow(clippy::unwrap_used, clippy::expect_used)]

use iodose_hostile::READERS;
use std::path::PathBuf;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a folder"));
    for reader in READERS {
        let folder = folder.join(reader.name);
        std::fs::create_dir_all(&folder).expect("a folder that can be made");
        for (number, seed) in (reader.seeds)().iter().enumerate() {
            std::fs::write(folder.join(format!("seed{number}")), seed).expect("a file that can be written");
        }
    }
}
