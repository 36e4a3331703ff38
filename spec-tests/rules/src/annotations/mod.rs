//! Requirements on annotations.

rules! {}
