//! The entry point of [`seaworthy_fuzz::targets::oci_spec`].
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::entry_point!(oci_spec);
