"""The probe program: reports on this interpreter, this machine or one candidate, as JSON lines on stdout.

Run as `PYTHON -B FOLDER …`, so that only this folder joins the interpreter's own path. Modes:

    --inventory                  versions of what is installed, without importing it, and the candidates that there
                                 is a stack for; with --host also the machine and what its limits leave usable
    --machine                    the machine in more detail, drivers and free memory too, for the doctor
    --environment                the interpreter and whether what is installed can live together, likewise
    --devices FRAMEWORK          a framework's build and the devices that it sees, likewise
    --candidate C --probe P      one probe, once; with --program and --options where its registration has them, and
                                 with --threads in the conditions of a worker that may use so many processors
    --candidate C --serve        a worker: a JSON request a line on stdin, an envelope a line on stdout
"""

import os
import sys


def _private_channel():
    """Keep stdout for results alone: whatever prints from here on, native code too, lands on stderr."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return channel


def _parser():
    import argparse

    parser = argparse.ArgumentParser(prog="probes", description="Measures a deep-learning stack.")
    modes = parser.add_mutually_exclusive_group(required=True)
    modes.add_argument("--inventory", action="store_true", help="list the packages that matter")
    modes.add_argument("--machine", action="store_true", help="describe the machine, its drivers and free memory")
    modes.add_argument("--environment", action="store_true", help="describe the interpreter and its packages")
    modes.add_argument("--devices", metavar="FRAMEWORK", help="import a framework and use its device")
    modes.add_argument("--probe", metavar="P", help="run one probe of the candidate")
    modes.add_argument("--serve", action="store_true", help="answer requests from stdin")
    parser.add_argument("--host", action="store_true", help="with --inventory: describe the machine too")
    parser.add_argument("--candidate", metavar="C", help="the stack to probe")
    parser.add_argument("--threads", metavar="N", type=int, help="run the probe as a worker would, with N threads")
    parser.add_argument("--program", metavar="NAME", help="the probe's file, probe_NAME.py (default: as the probe)")
    parser.add_argument("--options", metavar="JSON", default="{}", help="an object of options for the probe")
    return parser


def main(channel):
    """Run the mode that the command line names; return the exit code."""
    import json

    parser = _parser()
    arguments = parser.parse_args()

    def send(document):
        channel.write(json.dumps(document, allow_nan=False) + "\n")
        channel.flush()

    if arguments.inventory:
        import shared_inventory
        import shared_session

        found = dict(shared_inventory.inventory(), stacks=sorted(shared_session.STACKS))
        if arguments.host:
            import shared_host

            found["host"] = shared_host.host()
        send(found)
    elif arguments.machine:
        import shared_machine

        send(shared_machine.machine())
    elif arguments.devices:
        import shared_devices

        send(shared_devices.devices(arguments.devices))
    elif arguments.environment:
        import shared_environment

        send(shared_environment.environment())
    else:
        import shared_session

        if arguments.candidate not in shared_session.STACKS:
            parser.error("--candidate must be one of " + ", ".join(shared_session.STACKS))
        session = shared_session.Session(arguments.candidate)
        if arguments.serve:
            shared_session.serve(session, sys.stdin, send)
        else:
            _run_once(session, arguments, send)
    return 0


def _run_once(session, arguments, send):
    import json

    import shared_private

    options = json.loads(arguments.options)
    if not arguments.threads:
        return send(session.answer(arguments.probe, options, arguments.program))
    shared_private.make_private(arguments.candidate, arguments.threads)
    try:
        return send(session.answer(arguments.probe, options, arguments.program))
    finally:
        shared_private.remove_private_folder()


if __name__ == "__main__":
    # Whatever folder it works in, its programs are found.
    sys.path[0] = os.path.abspath(sys.path[0])
    results = _private_channel()
    code = main(results)
    results.flush()
    # Frameworks' exit handlers can hang or crash; everything worth having has been written.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
