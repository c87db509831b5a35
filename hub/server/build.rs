//! Puts the built pages (`widget-js/dist`) into the binary, if they are there.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let dist = root.join("../../widget-js/dist");
    // Cargo can only watch a folder that exists; where it cannot be made, the pages stay out.
    let _ = fs::create_dir_all(&dist);
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-env-changed=KEFU_REVISION");

    let mut files = files_of(&dist);
    files.sort();
    let rows: String = files.iter().map(|path| row(path)).collect();
    let table = format!("const ASSETS: &[(&str, &[u8])] = &[\n{rows}];\n");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("assets.rs"), table).expect("the build folder can be written");
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|e| e.path()).filter(|p| p.is_file()).collect()
}

fn row(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let path = path.canonicalize().expect("it was just listed");
    format!("    ({name:?}, include_bytes!({path:?})),\n")
}
