"""Names of images as a runtime reads them."""

from __future__ import annotations

import pytest

from kubelens.predict.kubelet.image_name import ImageFault, image_fault

_SHA = "sha256:" + "0f" * 32


@pytest.mark.parametrize(
    "name",
    [
        "nginx",
        "nginx:1.27",
        "library/nginx:1.27-alpine",
        "registry.example:5000/Shop/web".lower(),
        "Registry.Example:5000/shop/web:V1",
        "localhost/web",
        "localhost:5000/a/b/c:x_y.z",
        "[::1]:5000/web:1",
        f"web@{_SHA}",
        f"registry.example/web:1.2@{_SHA}",
        "a__b/c-d--e/f.g",
        "UPPER/web",
    ],
)
def test_a_runtime_reads_it(name: str) -> None:
    assert image_fault(name) is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Nginx", ImageFault.CAPITALS),
        ("registry.example/Shop/web", ImageFault.CAPITALS),
        ("https://registry.example/web", ImageFault.SCHEME),
        ("nginx:1:2", ImageFault.TAG),
        ("nginx:", ImageFault.TAG),
        ("nginx:-1", ImageFault.TAG_FORM),
        ("nginx:1!", ImageFault.TAG_FORM),
        ("nginx 1.27", ImageFault.SPACE),
        (" nginx", ImageFault.SPACE),
        ("nginx@sha256:12", ImageFault.DIGEST),
        (f"nginx@{_SHA}0", ImageFault.DIGEST),
        (f"nginx@{_SHA.upper().replace('SHA', 'sha')}", ImageFault.DIGEST),
        ("0f" * 32, ImageFault.FORM),
        ("a//b", ImageFault.EMPTY_PART),
        ("registry.example//a:1", ImageFault.EMPTY_PART),
        ("/a:1", ImageFault.EMPTY_PART),
        (":1", ImageFault.FORM),
        ("web/", ImageFault.FORM),
        ("x" * 256, ImageFault.LENGTH),
        ("web:" + "t" * 129, ImageFault.TAG_FORM),
    ],
)
def test_no_runtime_reads_it(name: str, fault: ImageFault) -> None:
    assert image_fault(name) is fault
