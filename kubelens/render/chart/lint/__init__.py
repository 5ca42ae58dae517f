"""What ``helm lint`` says of a chart, rule by rule, in its words (Helm, ``pkg/chart/v2/lint``)."""
