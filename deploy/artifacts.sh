#!/usr/bin/env bash
# Packs what a build made for other machines: zips of the Connect plugins, the jars of the lake job, EMR's
# bootstrap action, bills of materials if there are any, checksums of all; and uploads them.
#
#   artifacts.sh [--add DIR] [--out DIR] [--to s3://BUCKET/PREFIX]
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: artifacts.sh [--add DIR]… [--out DIR] [--to s3://BUCKET/PREFIX]

  --add DIR   one more plugin folder beside Debezium and the converter, such as a config provider's
  --out DIR   where to put them; default: deploy/target/artifacts
  --to URI    upload them with the AWS CLI
TEXT
}

fail() {
  echo "artifacts.sh: $1" >&2
  exit 2
}

deploy=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
built=${FRESHET_DIST:-$deploy/target/freshet} out=$deploy/target/artifacts to=''
declare -a added=()
while (($#)); do
  case $1 in
    --help | -h) usage && exit 0 ;;
    --add | --out | --to)
      (($# > 1)) || fail "$1 needs a value"
      case $1 in
        --add) added+=("${2%/}") ;;
        --out) out=$2 ;;
        --to) to=${2%/} ;;
      esac
      shift
      ;;
    *) fail "unknown argument $1; artifacts.sh --help lists them" ;;
  esac
  shift
done
for folder in plugins/debezium-connector-postgres plugins/apicurio-converter plugins/freshet-s3 lib/lake-job; do
  [[ -d $built/$folder ]] || fail "$built/$folder is missing; run mvn package"
done
for folder in ${added[@]+"${added[@]}"}; do
  [[ -d $folder ]] || fail "--add $folder is no folder"
done
jar=${JAVA_HOME:+$JAVA_HOME/bin/}jar
command -v "$jar" > /dev/null || fail "$jar is missing; set JAVA_HOME to a JDK"

shopt -s nullglob
job=("$built"/lib/lake-job/freshet-lake-job-*.jar)
((${#job[@]} == 1)) || fail "$built/lib/lake-job has ${#job[@]} files freshet-lake-job-*.jar, not one; run mvn clean package"
version=$(basename -- "${job[0]}" .jar)
version=${version#freshet-lake-job-}

mkdir -p -- "$out"
rm -f -- "$out"/*.zip "$out"/*.jar "$out"/*.sh "$out"/*.json "$out"/SHA512SUMS

# Folders of a plugin.path, side by side, with a fixed time so that checksums name contents alone.
zip() {
  local file=$1
  shift
  local -a folders=()
  for folder in "$@"; do
    folders+=(-C "$(dirname -- "$folder")" "$(basename -- "$folder")")
  done
  "$jar" --create --no-manifest --date 2026-01-01T00:00:00Z --file "$file" "${folders[@]}"
}
zip "$out/source-plugins-$version.zip" "$built/plugins/debezium-connector-postgres" \
  "$built/plugins/apicurio-converter" ${added[@]+"${added[@]}"}
zip "$out/sink-plugins-$version.zip" "$built/plugins/freshet-s3"
cp -- "${job[0]}" "$out/"
hudi=("$built"/lib/lake-job/hudi-spark*-bundle*.jar)
((${#hudi[@]} == 1)) || fail "$built/lib/lake-job has ${#hudi[@]} files hudi-spark*-bundle*.jar, not one; run mvn clean package"
cp -- "${hudi[0]}" "$out/hudi-spark-bundle.jar"
cp -- "$deploy/emr/bootstrap.sh" "$out/emr-bootstrap.sh"

# Bills of materials, which mvn -Psbom package makes.
for bill in "$built"/sbom/*.cdx.json; do
  cp -- "$bill" "$out/$(basename -- "$bill" .cdx.json)-$version.cdx.json"
done

(cd -- "$out" && sha512sum -- *.zip *.jar *.sh *.json > SHA512SUMS)
cat -- "$out/SHA512SUMS"
if [[ $to ]]; then
  [[ $to == s3://* ]] || fail "--to is s3://BUCKET/PREFIX, not '$to'"
  aws s3 cp --recursive --only-show-errors "$out" "$to"
  echo "uploaded to $to"
fi
