//! Conformance test suite for OCI images.
