//! Requirements on media_type.

rules! {}
