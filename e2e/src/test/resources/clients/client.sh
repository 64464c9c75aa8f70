#!/usr/bin/env bash
# Asks what ClientsTest asks, by curl. Arguments: base URL, CA file, a folder for files.
set -euo pipefail
base=$1 ca=$2 dir=$3
ask() { curl -sS --cacert "$ca" "$@"; }
same() { cmp "$1" "$2" >&2 || { echo "differs: $3" >&2; exit 1; }; }
head -c 1080000 /dev/urandom >"$dir/body"
head -c 8388608 /dev/zero >"$dir/zeros"
for _ in 1 2 3; do [ "$(ask "$base/hello")" = "hello GET" ]; done
[ "$(ask -o "$dir/out" -w '%{http_code}' "$base/hello" "$base/hello" -o "$dir/out2")" = 200200 ]
[ "$(ask -I -o "$dir/out" -w '%{http_code}' "$base/hello")" = 200 ]
[ "$(ask -X DELETE -o "$dir/out" -w '%{http_code}' "$base/empty")" = 204 ]
[ "$(ask -o "$dir/out" -w '%{http_code}' "$base/nothing")" = 404 ]
[ "$(ask -L "$base/moved")" = "hello GET" ]
ask --data-binary "@$dir/body" -o "$dir/out" "$base/echo"; same "$dir/body" "$dir/out" "POST, with Expect: 100-continue"
ask -T - -o "$dir/out" "$base/echo" <"$dir/body"; same "$dir/body" "$dir/out" "PUT in chunks"
ask -o "$dir/out" "$base/large"; same "$dir/zeros" "$dir/out" "a large body"
ask -Z $(for i in $(seq 20); do echo "$base/hello -o $dir/p$i"; done) 2>/dev/null
for i in $(seq 20); do [ "$(cat "$dir/p$i")" = "hello GET" ]; done
if curl --version | grep -q HTTP2; then [ "$(ask --http2-prior-knowledge "$base/hello")" = "hello GET" ]; fi
echo ok
