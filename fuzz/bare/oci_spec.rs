//! A bare loop around the `oci-spec` crate: what document targets are measured against.
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::bare_loop!(|bytes: &[u8]| drop(oci_spec::image::ImageManifest::from_reader(bytes)));
