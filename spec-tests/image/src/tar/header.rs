//! A header block and its fields.

use super::number::{self, Number};
use super::{BLOCK, Dialect};
use crate::bytes;

/// A header block.
#[derive(Clone, Copy)]
pub(super) struct Header<'b>(pub(super) &'b [u8; BLOCK]);

/// A field of a header: its name for messages, and its place.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) start: usize,
    length: usize,
}

const fn at(name: &'static str, start: usize, length: usize) -> Field {
    Field { name, start, length }
}

pub(super) const NAME: Field = at("name", 0, 100);
pub(super) const MODE: Field = at("mode", 100, 8);
pub(super) const UID: Field = at("user id", 108, 8);
pub(super) const GID: Field = at("group id", 116, 8);
pub(super) const SIZE: Field = at("size", 124, 12);
pub(super) const MTIME: Field = at("modification time", 136, 12);
pub(super) const CHECKSUM: Field = at("checksum", 148, 8);
pub(super) const LINK: Field = at("link name", 157, 100);
pub(super) const VERSION: Field = at("version", 263, 2);
pub(super) const UNAME: Field = at("user name", 265, 32);
pub(super) const GNAME: Field = at("group name", 297, 32);
pub(super) const MAJOR: Field = at("major device number", 329, 8);
pub(super) const MINOR: Field = at("minor device number", 337, 8);
pub(super) const PREFIX: Field = at("prefix", 345, 155);
/// The prefix of star's form of ustar, which keeps two times after it.
const STAR_PREFIX: Field = at("prefix", 345, 131);
pub(super) const GNU_ATIME: Field = at("access time", 345, 12);
pub(super) const GNU_CTIME: Field = at("change time", 357, 12);
const GNU_REST: Field = at("prefix", 369, 131);
pub(super) const GNU_REAL_SIZE: Field = at("real size", 483, 12);
const TYPE_FLAG: usize = 156;
const MAGIC: usize = 257;

impl<'b> Header<'b> {
    pub(super) fn bytes(self, field: Field) -> &'b [u8] {
        &self.0[field.start..field.start + field.length]
    }

    /// The text of a field, up to the NUL that ends it if it does not fill it.
    pub(super) fn text(self, field: Field) -> &'b [u8] {
        until_nul(self.bytes(field))
    }

    pub(super) fn number(self, field: Field) -> Number {
        number::field(self.bytes(field))
    }

    pub(super) fn type_flag(self) -> u8 {
        self.0[TYPE_FLAG]
    }

    /// The dialect that the magic names; PAX has that of ustar.
    pub(super) fn dialect(self) -> Dialect {
        match &self.0[MAGIC..MAGIC + 8] {
            b"ustar  \0" => Dialect::Gnu,
            [b'u', b's', b't', b'a', b'r', 0, ..] => Dialect::Ustar,
            _ => Dialect::V7,
        }
    }

    /// The prefix of the name, in ustar.
    pub(super) fn prefix(self) -> &'b [u8] {
        let is_star = &self.0[508..] == b"tar\0";
        self.text(if is_star { STAR_PREFIX } else { PREFIX })
    }

    /// Whether a header of another dialect than ustar has something in the place of the prefix that
    /// is none of its own fields.
    pub(super) fn has_unused_prefix(self) -> bool {
        match self.dialect() {
            Dialect::V7 => !is_zero(self.bytes(PREFIX)),
            Dialect::Ustar | Dialect::Pax => false,
            Dialect::Gnu => {
                let is_odd = |field| self.number(field).oddity.is_some() && !is_zero(self.bytes(field));
                let has_fields = matches!(self.type_flag(), b'S' | b'M');
                is_odd(GNU_ATIME) || is_odd(GNU_CTIME) || !has_fields && !is_zero(self.bytes(GNU_REST))
            }
        }
    }

    /// The sum of the block's bytes, with blanks in the place of the checksum.
    pub(super) fn sum(self) -> u32 {
        // Words are added, the even and the odd bytes of each apart, so that each has two bytes of room:
        // of the 64 words of a block none can overflow it.
        const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
        let add = |sum: u64, word: &[u8; 8]| {
            let word = u64::from_le_bytes(*word);
            sum + (word & EVEN) + (word >> 8 & EVEN)
        };
        let sums = self.0.as_chunks().0.iter().fold(0, add);
        let sum: u32 = (0..4).map(|at| (sums >> (16 * at) & 0xffff) as u32).sum();
        let checksum: u32 = self.bytes(CHECKSUM).iter().map(|&byte| u32::from(byte)).sum();
        sum - checksum + u32::from(b' ') * CHECKSUM.length as u32
    }

    /// The same sum of signed bytes.
    pub(super) fn signed_sum(self) -> i32 {
        let high = |bytes: &[u8]| bytes.iter().map(|&byte| i32::from(byte >> 7)).sum::<i32>();
        self.sum() as i32 - 256 * (high(self.0) - high(self.bytes(CHECKSUM)))
    }

    pub(super) fn is_zero(self) -> bool {
        is_zero(self.0)
    }

    /// Whether the block's checksum is right, so that it is a header.
    pub(super) fn is_header(self) -> bool {
        let written = self.number(CHECKSUM).value;
        written == i128::from(self.sum()) || written == i128::from(self.signed_sum())
    }
}

pub(super) fn until_nul(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|&byte| byte == 0);
    &bytes[..end.unwrap_or(bytes.len())]
}

pub(super) fn is_zero(bytes: &[u8]) -> bool {
    bytes::all(bytes, |byte| byte == 0)
}
