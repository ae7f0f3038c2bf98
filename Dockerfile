# A static binary and nothing else: docker run --rm -v "$PWD:/work:ro" lblint check
FROM rust:1.88-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin lblint

FROM scratch
COPY --from=build /src/target/release/lblint /usr/local/bin/lblint
COPY LICENSE-APACHE LICENSE-MIT NOTICE /usr/share/doc/lblint/
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/lblint"]
CMD ["check"]
