# A static binary in an empty image:
#   docker build -t seaworthy . && docker run --rm -v "$PWD:/images:ro" seaworthy check /images/image.tar
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev gcc make
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked -p seaworthy && cp target/release/seaworthy /seaworthy

FROM scratch
COPY --from=build /seaworthy /seaworthy
WORKDIR /work
ENTRYPOINT ["/seaworthy"]
