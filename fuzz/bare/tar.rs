//! A bare loop around the `tar` crate: what `tar_blocks` is measured against.
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::bare_loop!(|bytes: &[u8]| {
    let mut archive = tar::Archive::new(bytes);
    archive.entries().into_iter().flatten().map_while(Result::ok).for_each(|mut entry| {
        let _ = std::io::copy(&mut entry, &mut std::io::sink());
    });
});
