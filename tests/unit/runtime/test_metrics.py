"""Numbers are shown as Prometheus reads them."""

from runtime.metrics import Metrics


def test_counters_gauges_and_histograms_are_written_with_help_and_type() -> None:
    metrics = Metrics()
    frames = metrics.counter("frames_total", "Frames", "kind")
    frames.add(of="chat")
    frames.add(2, of="chat")
    metrics.gauge("pages", "Pages", lambda: 7)
    took = metrics.histogram("took_seconds", "Time")
    for value in (0.0004, 0.003, 9):
        took.observe(value)
    lines = metrics.text().splitlines()
    assert 'frames_total{kind="chat"} 3' in lines
    assert "pages 7" in lines
    assert 'took_seconds_bucket{le="0.0005"} 1' in lines
    assert 'took_seconds_bucket{le="0.005"} 2' in lines
    assert 'took_seconds_bucket{le="+Inf"} 3' in lines
    assert "took_seconds_count 3" in lines
    assert "# TYPE took_seconds histogram" in lines
