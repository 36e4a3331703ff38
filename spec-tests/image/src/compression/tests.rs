use std::io::Write;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 1).unwrap()
}

const SKIPPED: &[u8] = b"\x50\x2a\x4d\x18\x03\0\0\0abc";

/// Gives one byte at a time.
struct Slow<'b>(&'b [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(1);
        self.0.read(&mut buffer[..count])
    }
}

fn decode_from(reader: impl Read, limits: Limits) -> (Vec<u8>, Stream, Option<StreamError>) {
    let mut decoder = Decoder::new(reader, limits).unwrap();
    let mut content = Vec::new();
    let mut buffer = [0; 1000];
    loop {
        match decoder.decode(&mut buffer) {
            Ok(0) => return (content, decoder.stream().clone(), None),
            Ok(length) => content.extend_from_slice(&buffer[..length]),
            Err(error) => return (content, decoder.stream().clone(), Some(error)),
        }
    }
}

fn decode(bytes: &[u8], limits: Limits) -> (Vec<u8>, Stream, Option<StreamError>) {
    decode_from(bytes, limits)
}

#[track_caller]
fn check(bytes: &[u8], content: &[u8], compression: Compression, parts: u64, trailing: Option<u64>) {
    for slow in [false, true] {
        let (found, stream, error) = match slow {
            true => decode_from(Slow(bytes), Limits::default()),
            false => decode(bytes, Limits::default()),
        };
        assert!(error.is_none(), "{error:?}");
        assert_eq!(found, content);
        let size = content.len() as u64;
        let Stream { window, .. } = stream;
        assert_eq!(stream, Stream { compression, parts, window, size, trailing });
    }
    let mut read = Vec::new();
    Decoder::new(bytes, Limits::default()).unwrap().read_to_end(&mut read).unwrap();
    assert_eq!(read, content);
}

#[test]
fn what_streams_hold() {
    use Compression::*;
    let text = b"ahoy ".repeat(1000);
    let half = &text[..2500];
    let concat = |parts: &[&[u8]]| parts.concat();
    check(b"", b"", None, 0, Option::None);
    check(&text, &text, None, 0, Option::None);
    check(&gzip(&text), &text, Gzip, 1, Option::None);
    check(&concat(&[&gzip(half), &gzip(b""), &gzip(half)]), &text, Gzip, 3, Option::None);
    check(&zstd(&text), &text, Zstd, 1, Option::None);
    check(&concat(&[SKIPPED, &zstd(half), SKIPPED, &zstd(half), SKIPPED]), &text, Zstd, 2, Option::None);
    check(SKIPPED, b"", Zstd, 0, Option::None);
    for garbage in [&b"\0\0\0"[..], b"\x1f", &[7; 9000], b"\x1f\x8c\x08"] {
        let stream = gzip(&text);
        check(&concat(&[&stream, garbage]), &text, Gzip, 1, Some(stream.len() as u64));
        let stream = zstd(&text);
        check(&concat(&[&stream, garbage]), &text, Zstd, 1, Some(stream.len() as u64));
    }
}

#[test]
fn streams_cut_short() {
    for (stream, parts) in [(gzip(b"ahoy ahoy ahoy"), 1), (zstd(b"ahoy ahoy ahoy"), 1)] {
        let twice = [&stream[..], &stream].concat();
        for cut in (5..stream.len()).chain(stream.len() + 4..twice.len()) {
            let (_, _, error) = decode(&twice[..cut], Limits::default());
            assert!(matches!(error, Some(StreamError::Truncated)), "{cut} {parts}: {error:?}");
        }
    }
}

#[test]
fn damaged_streams() {
    let text = b"ahoy ".repeat(100);
    for mut stream in [gzip(&text), zstd(&text)] {
        let last = stream.len() - 6;
        stream[last] ^= 0x55;
        let (_, _, error) = decode(&stream, Limits::default());
        assert!(matches!(error, Some(StreamError::Damaged(_))), "{error:?}");
    }
}

#[test]
fn limits() {
    let text = vec![0; 1 << 20];
    let tight = Limits { bytes: 1 << 19, ..Limits::default() };
    for stream in [text.clone(), gzip(&text), zstd(&text)] {
        let (_, _, error) = decode(&stream, tight);
        assert!(matches!(error, Some(StreamError::TooLarge(_))), "{error:?}");
    }
    let (_, stream, error) = decode(&zstd(&text), Limits { window: 1 << 16, ..Limits::default() });
    assert!(matches!(error, Some(StreamError::Window { .. })), "{error:?}");
    assert_eq!(stream.size, 0);
    // The longest header there is: with a dictionary, and a size of eight bytes, which is the window.
    let longest = [&ZSTD_MAGIC[..], &[0xe3, 9, 9, 9, 9], &(1_u64 << 40).to_le_bytes()].concat();
    let (_, _, error) = decode(&longest, Limits::default());
    assert!(matches!(error, Some(StreamError::Window { found: 0x100_0000_0000, .. })), "{error:?}");
    let huge = vec![0; Limits::FREE as usize + (1 << 20)];
    for stream in [gzip(&huge), zstd(&huge)] {
        let (_, _, error) = decode(&stream, Limits { ratio: 20, ..Limits::default() });
        assert!(matches!(error, Some(StreamError::Ratio(20))), "{error:?}");
        let (content, _, error) = decode(&stream, Limits { ratio: u64::MAX, ..Limits::default() });
        assert!(error.is_none() && content == huge);
    }
}

#[test]
fn what_is_at_a_limit_is_within_it() {
    let fits = |bytes: &[u8], limits: Limits| {
        let mut decoder = Decoder::new(bytes, limits).unwrap();
        io::copy(&mut decoder, &mut io::sink()).map(|_| decoder.stream().clone())
    };
    let text = vec![0; 1 << 20];
    for stream in [text.clone(), gzip(&text), zstd(&text)] {
        assert!(fits(&stream, Limits { bytes: 1 << 20, ..Limits::default() }).is_ok());
        assert!(fits(&stream, Limits { bytes: (1 << 20) - 1, ..Limits::default() }).is_err());
    }
    let window = fits(&zstd(&text), Limits::default()).unwrap().window;
    assert!(fits(&zstd(&text), Limits { window, ..Limits::default() }).is_ok());
    assert!(fits(&zstd(&text), Limits { window: window - 1, ..Limits::default() }).is_err());
    // However much it grows, it may come to this size,
    let free = gzip(&vec![0; Limits::FREE as usize]);
    assert!(fits(&free, Limits { ratio: 1, ..Limits::default() }).is_ok());
    // and beyond it be so many times as large as what was read. A long name makes the stream as long as it
    // has to be; the eight bytes at its end are read after the content.
    let size = Limits::FREE + 1;
    let stream = gzip(&vec![0; size as usize]);
    let limits = Limits { ratio: 100, ..Limits::default() };
    let of_length = |length: u64| {
        let name = vec![b'n'; length as usize - stream.len() - 1];
        [&stream[..3], &[8], &stream[4..10], &name, &[0], &stream[10..]].concat()
    };
    assert!(fits(&of_length(size / 100 + 8), limits).is_ok());
    let error = fits(&of_length(size / 100 + 7), limits).unwrap_err();
    assert!(error.to_string().contains("more than 100 times"), "{error}");
}

#[test]
fn windows_of_frames() {
    let check = |header: &[u8], wanted| {
        assert_eq!(window(&[&ZSTD_MAGIC, header].concat()), wanted, "{header:x?}");
    };
    check(&[0x00, 0x00], 1 << 10);
    check(&[0x00, 0x58], 1 << 21);
    check(&[0x00, 0x59], (1 << 21) + (1 << 18));
    check(&[0x20, 200], 200);
    check(&[0x60, 0, 1], 512);
    check(&[0xe0 | 3, 9, 9, 9, 9, 1, 0, 0, 0, 1, 0, 0, 0], (1 << 32) + 1);
    check(&[0x20], 0);
    check(&[], 0);
}

#[test]
fn the_rest_can_be_skipped() {
    // More than is read in one piece, however well it is compressed.
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(300_000)
    .collect();
    for stream in [gzip(&noise), zstd(&noise), noise] {
        assert!(stream.len() > 200_000);
        let mut rest = &stream[..];
        let mut decoder = Decoder::new(&mut rest, Limits::default()).unwrap();
        decoder.decode(&mut [0; 10]).unwrap();
        decoder.skip_rest().unwrap();
        assert_eq!(decoder.decode(&mut [0; 10]).unwrap(), 0);
        drop(decoder);
        assert!(rest.is_empty());
    }
}
