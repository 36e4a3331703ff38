//! A bare loop around serde_json: what document targets are measured against.
#![cfg_attr(fuzzing, no_main)]
seaworthy_fuzz::bare_loop!(|bytes: &[u8]| drop(serde_json::from_slice::<serde_json::Value>(bytes)));
