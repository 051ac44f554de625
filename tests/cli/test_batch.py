def test_a_trade_off_wants_a_whole_result(capsys, tmp_path):
    name = next(iter(load().trade_off))
    lines = tmp_path / "a.jsonl"
    lines.write_text(json.dumps({name: "left"}) + "\n")
    assert main(["batch", str(lines), "--short", "--probe", "none", "-q"]) == 2
    assert "--short" in capsys.readouterr().err
    assert main(["batch", str(lines), "--probe", "none", "-q"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"][-1]["question"] == name
