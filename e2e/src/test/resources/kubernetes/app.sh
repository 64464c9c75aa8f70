#!/bin/sh
# The entry point of the tests' applications: server, or load SERVER PER_SECOND [KIND...].
case ${1:-} in
  server) main=ServerApp ;;
  load) main=LoadApp ;;
  *) echo "app: must be server or load" >&2; exit 2 ;;
esac
shift
exec /opt/java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m --enable-native-access=ALL-UNNAMED \
  -cp "/opt/app/classes:/opt/app/lib/*" io.outrigger.e2e.kubernetes.app.$main "$@"
