#!/usr/bin/env bash
# EMR bootstrap action, on every node before Hadoop starts: the job's jars, its secrets, and MSK's login
# module. Arguments: the artifacts' folder in S3, their version, the ARN of the job's secret, the region.
set -euo pipefail

if (($# != 4)); then
  echo "usage: bootstrap.sh s3://BUCKET/PREFIX VERSION SECRET_ARN REGION" >&2
  exit 2
fi
artifacts=${1%/} version=$2 secret=$3 region=$4

# Hudi of our version: EMR's own stands in /usr/lib/hudi, which nothing here puts on a class path.
sudo install -d -m 0755 /usr/lib/freshet
for jar in "freshet-lake-job-$version.jar" hudi-spark-bundle.jar aws-msk-iam-auth.jar; do
  if aws s3 cp --only-show-errors "$artifacts/$jar" "/tmp/$jar"; then
    sudo install -m 0644 "/tmp/$jar" "/usr/lib/freshet/${jar/-$version/}"
    rm -f -- "/tmp/$jar"
  elif [[ $jar == aws-msk-iam-auth.jar ]]; then
    echo "no $jar in $artifacts: the job can't read MSK with IAM, and needs not if it reads the landing log"
  else
    echo "$artifacts/$jar is missing; upload it with deploy/artifacts.sh --to $artifacts" >&2
    exit 1
  fi
done

# The secret's pairs as a properties file that YARN's containers can read and nobody else; its text is on
# no command line and in no log.
sudo install -d -m 0750 -o root -g hadoop /etc/freshet
aws secretsmanager get-secret-value --region "$region" --secret-id "$secret" \
  --query SecretString --output text |
  python3 -c '
import json, sys
pairs = json.load(sys.stdin)
for name, value in pairs.items():
    text = str(value).replace("\\", "\\\\").replace("\n", "\\n")
    print(f"{name}={text}")
' | sudo tee /etc/freshet/secrets.properties > /dev/null
sudo chown root:hadoop /etc/freshet/secrets.properties
sudo chmod 0640 /etc/freshet/secrets.properties
