"""Checks rendered manifests: Spark applications against the operator's published types, all others that
are Kubernetes' own against its JSON schemas, strictly.

Usage: check_manifests.py FILE…
"""

import sys
from pathlib import Path

import kubernetes_validate
import yaml
from kubeflow_spark_api import models

KUBERNETES = "1.31"
SPARK = {
    "SparkApplication": "SparkV1beta2SparkApplication",
    "ScheduledSparkApplication": "SparkV1beta2ScheduledSparkApplication",
}


def unknown(given, parsed, path=""):
    """Paths of what is given and got lost on its way through the types."""
    if isinstance(given, dict):
        if not isinstance(parsed, dict):
            return [path]
        lost = []
        for name, value in given.items():
            below = f"{path}.{name}" if path else name
            lost += unknown(value, parsed[name], below) if name in parsed else [below]
        return lost
    if isinstance(given, list):
        if not isinstance(parsed, list) or len(given) != len(parsed):
            return [path]
        return [
            each
            for index, (one, other) in enumerate(zip(given, parsed))
            for each in unknown(one, other, f"{path}[{index}]")
        ]
    return []


def problems(manifest):
    kind, version = manifest["kind"], manifest["apiVersion"]
    if version.startswith("kafka.strimzi.io/"):
        return None
    if version.startswith("sparkoperator.k8s.io/"):
        model = getattr(models, SPARK[kind])
        parsed = model.model_validate(manifest).model_dump(by_alias=True, exclude_none=True, mode="json")
        return [f"the operator does not know {each}" for each in unknown(manifest, parsed)]
    try:
        kubernetes_validate.validate(manifest, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as wrong:
        return [str(wrong)]
    return []


def main(files):
    count, failures = 0, 0
    for file in files:
        for manifest in yaml.safe_load_all(Path(file).read_text()):
            if not manifest:
                continue
            found = problems(manifest)
            if found is None:
                continue
            count += 1
            for each in found:
                failures += 1
                print(f"{file}: {manifest['kind']} {manifest['metadata']['name']}: {each}")
    print(f"manifests: {count} checked, {failures} problems")
    return 1 if failures or not count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
