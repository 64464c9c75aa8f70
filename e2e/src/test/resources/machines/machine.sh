#!/bin/bash
# A machine within this one: a copy of its files that is gone afterwards (an overlay), with processes and a
# network of its own, where a real systemd is the first process. Needs root. Goes on until it is told to end.
#   machine.sh FOLDER PACKAGES    FOLDER: of this run; PACKAGES: to be seen at /srv/packages in there
set -euo pipefail
folder=$1 packages=$2

if [ "${INSIDE:-}" != yes ]; then
  mkdir -p "$folder"/{upper,root}
  # systemd puts its units into control groups: below one of this machine's, in each hierarchy that it uses
  if [ -e /sys/fs/cgroup/cgroup.procs ]; then groups=(/sys/fs/cgroup); else groups=(/sys/fs/cgroup/{systemd,unified}); fi
  groups=("${groups[@]/%//outrigger-test-$$}")
  mkdir "${groups[@]}"
  # shellcheck disable=SC2016
  INSIDE=yes bash -c 'for group in "${@:3}"; do echo $$ >"$group/cgroup.procs"; done
    exec unshare --mount --pid --net --cgroup --uts --ipc --fork --kill-child bash "$0" "$1" "$2"' "$0" "$folder" "$packages" "${groups[@]}" &
  trap 'kill -KILL $!' TERM
  wait $! || wait $! || true
  # the last processes in there may still be ending
  end=$((SECONDS + 20))
  until find "${groups[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || [ $SECONDS -ge $end ]; do
    read -rt 0.1 <> <(:) || true
  done
  exit
fi
ip link set lo up
mount -t tmpfs tmpfs "$folder/upper" && mkdir -p "$folder/upper"/{u,w}
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper/u,workdir=$folder/upper/w" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
if [ -e /sys/fs/cgroup/cgroup.procs ]; then
  mount -t cgroup2 cgroup2 sys/fs/cgroup
else
  mount -t tmpfs tmpfs sys/fs/cgroup && mkdir sys/fs/cgroup/{systemd,unified}
  mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
  mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
fi
mount -t tmpfs tmpfs dev && mkdir dev/{pts,shm}
for device in null zero full random urandom tty; do cp -a "/dev/$device" dev/; done
mount -t devpts devpts dev/pts -o newinstance,ptmxmode=0666
ln -s pts/ptmx dev/ptmx && ln -s /proc/self/fd dev/fd
mkdir -p srv/packages && mount --bind "$packages" srv/packages
mount -t tmpfs tmpfs run && mount -t tmpfs tmpfs tmp
: >etc/fstab
mkdir -p mnt/host && pivot_root . mnt/host && umount -l /mnt/host
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=basic.target </dev/null
