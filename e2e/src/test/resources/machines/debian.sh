#!/bin/bash
# Installs a Debian package into a copy of this machine's files (an overlay that is gone afterwards), and runs
# it there by its units' own ExecStart lines. Needs root. Prints a line a step; the test reads them.
#   debian.sh PACKAGE FOLDER
set -euo pipefail
package=$1 folder=$2
mkdir -p "$folder"/{upper,work,root}
if [ "${INSIDE:-}" != yes ]; then
  INSIDE=yes exec unshare --mount --pid --net --fork "$0" "$@"
fi
ip link set lo up
mount -t tmpfs tmpfs "$folder/upper" && mkdir -p "$folder/upper"/{u,w}
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper/u,workdir=$folder/upper/w" "$folder/root"
root=$folder/root
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
cp "$package" "$root/tmp/outrigger.deb"
clean=(/usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C)
inside() { chroot "$root" "${clean[@]}" "$@"; }
until_true() { # until_true WHAT COMMAND...: for at most a minute
  local what=$1 end=$((SECONDS + 60))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "did not come: $what"; cat "$root/tmp/log"; exit 1; }
    read -rt 0.1 <> <(:) || true
  done
}

inside dpkg -i /tmp/outrigger.deb >/dev/null
echo "installed: $(inside dpkg-query -W -f '${Status} ${Version}' outrigger)"
echo "user: $(inside id -un outrigger), state: $(inside stat -c '%U %a' /var/lib/outrigger), version: $(inside outrigger --version)"
if inside systemd-analyze verify --man=no /usr/lib/systemd/system/outrigger-{proxy,sidecar,control}.service 2>"$root/tmp/verify"; then
  echo "units verified: $(grep -c outrigger "$root/tmp/verify" || true) remarks"
  grep outrigger "$root/tmp/verify" || true
else
  cat "$root/tmp/verify"
fi

# started as a unit says: its user, its working directory, its capabilities, its command
start() { # start NAME
  local unit=$root/usr/lib/systemd/system/outrigger-$1.service environment=()
  for file in $(sed -n 's/^EnvironmentFile=//p' "$unit"); do
    while IFS= read -r line; do environment+=("$line"); done < <(grep -v '^#' "$root$file")
  done
  # shellcheck disable=SC2016
  exec chroot "$root" "${clean[@]}" "${environment[@]}" setpriv --reuid outrigger --regid outrigger --clear-groups --no-new-privs \
    sh -c "cd /var/lib/outrigger && exec $(sed -n 's/^ExecStart=//p' "$unit")" >"$root/tmp/log" 2>&1
}
start proxy &
pid=$!
until_true "the proxy answers" curl -sf http://127.0.0.1:10000/
echo "proxy: $(curl -s http://127.0.0.1:10000/)"
sed -i 's/hello from outrigger/hello again/' "$root/etc/outrigger/proxy.yaml"
kill -HUP $pid
until_true "the next one answers" sh -c 'curl -s http://127.0.0.1:10000/ | grep again'
echo "reloaded: $(curl -s http://127.0.0.1:10000/)"
echo 'nonsense: true' >>"$root/etc/outrigger/proxy.yaml"
kill -HUP $pid
until_true "it is said" grep 'the one before goes on' "$root/tmp/log"
echo "after a wrong one: $(curl -s http://127.0.0.1:10000/)"
kill -TERM $pid && wait $pid || true
echo "stopped: $(curl -s http://127.0.0.1:10000/ || echo nobody)"

start control &
pid=$!
until_true "the control plane is ready" curl -sf http://127.0.0.1:15014/ready
echo "control: $(curl -s http://127.0.0.1:15014/ready), state: $(inside stat -c '%U %a' /var/lib/outrigger/control/ca-key.pem)"
kill -TERM $pid && wait $pid || true

inside dpkg -i /tmp/outrigger.deb >/dev/null 2>&1 </dev/null
echo "kept: $(tail -1 "$root/etc/outrigger/proxy.yaml")"
inside dpkg -P outrigger >/dev/null 2>&1
echo "purged: $(inside sh -c 'ls -d /etc/outrigger /var/lib/outrigger /usr/lib/outrigger /usr/bin/outrigger; id outrigger' 2>/dev/null | wc -l) left"
