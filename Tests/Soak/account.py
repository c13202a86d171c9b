"""What the log says, and whether it is what clients and the daemon say."""
import collections, json, signal  # noqa: E401


class Run:
    """What is known of one process: its last statistics by listener, and its records of messages in the log."""

    def __init__(self):
        self.statistics, self.recorded, self.torn = {}, collections.Counter(), []

    def stated(self, name, key):
        """A count that it has stated of a listener; of all for None."""
        return self.statistics.get(name, collections.Counter())[f"messages_{key}"]


class Account:
    def __init__(self, listeners):
        self.listeners = listeners
        # Processes, and how many messages of each connection are in the log.
        self.runs, self.logged, self.faults = [], collections.Counter(), []

    def fault(self, text):
        self.faults.append(text)

    def take_in(self, path):
        for line in path.read_bytes().splitlines():
            self.take_line(line)
        path.unlink()

    def take_line(self, line):
        try:
            record = json.loads(line)
        except ValueError:
            return self.runs[-1].torn.append(line[:100])
        if record.get("event") == "daemon-started":
            self.runs.append(Run())
        run = self.runs[-1]
        if record.get("event") == "statistics":
            run.statistics[record.get("listener")] = record
        if "event" in record:
            return None
        run.recorded[record["listener"]] += 1
        words = str(record.get("message")).split(" ")
        if words[0] != "soak" or len(words) < 4 or not words[1].isdigit():
            return None
        if not words[2].isdigit():
            return self.fault(f"an altered message: {line[:300]}")
        number, index = int(words[1]), int(words[2])
        if self.logged[number] != index:
            self.fault(f"message {index} of connection {number} comes after {self.logged[number]} others")
        self.logged[number] = index + 1

    def check(self, clients, ends, counted, sent):
        """Compares all with all.

        ends: the signals that ended the processes; counted: how many of these had received, together, the datagrams that
        are in sent by listener.
        """
        for number, count in clients.confirmed.items():
            if self.logged[number] != count:
                self.fault(f"{count} messages of connection {number} were confirmed, {self.logged[number]} are logged")
        for number, count in clients.answered.items():
            if self.logged[number] < count:
                self.fault(f"{count} messages of connection {number} were answered, {self.logged[number]} are logged")
        if len(self.runs) != len(ends):
            self.fault(f"{len(self.runs)} processes are in the log, {len(ends)} ended")
        for run, end in zip(self.runs, ends):
            # A kill may cut off one.
            if len(run.torn) > (end == signal.SIGKILL):
                self.fault(f"not records: {run.torn[:3]}")
            if end != signal.SIGKILL:
                self.check_run(run)
        for name, count in sent.items():
            received = sum(run.stated(name, "received") for run in self.runs[:counted])
            if received != count:
                self.fault(f"{name}: {count} sent, {received} received")

    def check_run(self, run):
        """Compares what one process said at its end with itself and with the log."""
        for name in [None] + self.listeners:
            received = run.stated(name, "received")
            sums = sum(run.stated(name, key) for key in ["recorded", "malformed", "left_out", "dropped"])
            if received != sums:
                self.fault(f"{name or 'all'}: {received} received, {sums} accounted for")
        for name in self.listeners:
            recorded = run.stated(name, "recorded")
            settled = sum(run.stated(name, key) for key in ["committed", "waiting", "rejected"])
            if not recorded == settled == run.recorded[name]:
                self.fault(f"{name}: {recorded} recorded, {settled} settled, {run.recorded[name]} in the log")
        if sum(run.stated(name, "received") for name in self.listeners) != run.stated(None, "received"):
            self.fault("the sums by listener are not the sum of all")

    def reasons(self, key):
        """The reasons that processes have stated of messages that were malformed or dropped."""
        texts = [str(run.statistics.get(None, {}).get(f"{key}_reasons", "")) for run in self.runs]
        return sorted({part.split()[0] for text in texts for part in text.split(", ") if part})

    def total(self, key):
        return sum(run.stated(None, key) for run in self.runs)
