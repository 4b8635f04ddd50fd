"""Checks requests that deploy/emr's scripts made against AWS's own service models.

Usage: check_requests.py FOLDER; each file's name begins with the service's.
"""

import json
import sys
from pathlib import Path

import botocore.session
from botocore.validate import ParamValidator

OPERATIONS = {
    "emr-serverless": ("emr-serverless", "StartJobRun", {"clientToken": "x"}),
    "emr-containers": ("emr-containers", "StartJobRun", {"clientToken": "x"}),
    "emr": ("emr", "AddJobFlowSteps", {}),
}


def step(given):
    """A step in the AWS CLI's short form, as the service takes it."""
    known = {"Name", "ActionOnFailure", "Type", "Jar", "Args"}
    if set(given) != known or given["Type"] != "CUSTOM_JAR":
        raise ValueError(f"the AWS CLI takes {sorted(known)} of a CUSTOM_JAR step, not {sorted(given)}")
    return {
        "Name": given["Name"],
        "ActionOnFailure": given["ActionOnFailure"],
        "HadoopJarStep": {"Jar": given["Jar"], "Args": given["Args"]},
    }


def main(folder):
    session = botocore.session.get_session()
    files = sorted(Path(folder).glob("*.json"))
    failures = 0
    for file in files:
        name = next(each for each in OPERATIONS if file.name.startswith(each))
        service, operation, more = OPERATIONS[name]
        body = json.loads(file.read_text())
        if service == "emr":
            body = {"JobFlowId": "j-2AXXXXXXGAPLF", "Steps": [step(each) for each in body]}
        shape = session.get_service_model(service).operation_model(operation).input_shape
        report = ParamValidator().validate({**body, **more}, shape)
        if report.has_errors():
            failures += 1
            print(f"{file}: {report.generate_report()}")
    print(f"requests: {len(files)} checked, {failures} wrong")
    return 1 if failures or len(files) < 12 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
