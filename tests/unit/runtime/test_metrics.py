"""Numbers are shown as Prometheus reads them."""

import logging

from runtime.metrics import ErrorCount, Metrics, MetricsOfRealms


def test_counters_gauges_and_histograms_are_written_with_help_and_type() -> None:
    metrics = Metrics()
    frames = metrics.counter("frames_total", "Frames", "kind")
    frames.add(of="chat")
    frames.add(2, of="chat")
    frames.add(of='a "quoted"\nline')
    metrics.gauge("pages", "Pages", lambda: 7)
    metrics.tallies("kept_total", "Kept", "kind", lambda: {"ticket": 3})
    took = metrics.histogram("took_seconds", "Time")
    for value in (0.0004, 0.003, 90):
        took.observe(value)
    lines = metrics.text().splitlines()
    assert 'frames_total{kind="chat"} 3.0' in lines
    assert r'frames_total{kind="a \"quoted\"\nline"} 1.0' in lines
    assert 'kept_total{kind="ticket"} 3.0' in lines
    assert "pages 7.0" in lines
    assert 'took_seconds_bucket{le="0.0005"} 1.0' in lines
    assert 'took_seconds_bucket{le="0.005"} 2.0' in lines
    assert 'took_seconds_bucket{le="+Inf"} 3.0' in lines
    assert "took_seconds_count 3.0" in lines
    assert "# TYPE took_seconds histogram" in lines
    assert not [line for line in lines if "_created" in line]


def test_two_nodes_of_one_process_count_apart() -> None:
    one, two = Metrics(), Metrics()
    one.counter("frames_total", "Frames").add()
    two.counter("frames_total", "Frames")
    assert "frames_total 1.0" in one.text()
    assert "frames_total 0.0" in two.text()


def test_errors_of_the_log_are_counted_by_their_event() -> None:
    metrics = Metrics()
    handler = ErrorCount(metrics.counter("errors_total", "Errors", "event"))
    log = logging.getLogger("cloudwindow.test")
    log.addHandler(handler)
    log.warning("task_waits")
    log.error("task_failed")
    log.error("Error handling request from %s", "somewhere")
    assert 'errors_total{event="task_failed"} 1.0' in metrics.text()
    assert 'errors_total{event="other"} 1.0' in metrics.text()
    assert "task_waits" not in metrics.text()


def test_realms_of_one_process_are_shown_together_each_with_its_label() -> None:
    whole = MetricsOfRealms()
    west = whole.of("west")
    west.gauge("pages", "Pages", lambda: 1)
    assert "pages 1.0" in west.text(), "one realm alone has no label"
    east = whole.of("east")
    east.gauge("pages", "Pages", lambda: 2)
    for one in (west, east):
        one.counter("frames_total", "Frames", "kind").add(of="chat")
        one.histogram("took_seconds", "Time").observe(1)
        one.counter("errors_total", "Errors", "event", of_process=True)
        one.tallies("failed_total", "Failures", "task", lambda: {"sweep": 3})
    assert west.text() == east.text()
    lines = west.text().splitlines()
    for realm, pages in (("west", 1), ("east", 2)):
        assert f'pages{{realm="{realm}"}} {pages}.0' in lines
        assert f'frames_total{{kind="chat",realm="{realm}"}} 1.0' in lines
        assert f'took_seconds_count{{realm="{realm}"}} 1.0' in lines
    assert [line for line in lines if line.startswith("failed_total")] == ['failed_total{task="sweep"} 3.0']
    assert lines.count("# TYPE pages gauge") == 1
