"""`python -m incidents.demo [--fresh] [--busy] [--port N]`: make the town if it is not there, start everything, stop together."""

import argparse
import logging
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType

from incidents.demo import arrivals, founding, townsfolk
from incidents.demo.children import Child, Children
from incidents.demo.folder import Folder, Stop, open_folder, usual_place
from incidents.rules.acts import Role
from incidents.settings import Settings, load

_HOST = "127.0.0.1"
#: Seconds that the first page may take to stand.
_PATIENCE = 60.0
_ROLES = {
    Role.PRESS: "пресс-служба",
    Role.HEAD: "начальник отдела",
    Role.RESPONDER: "исполнитель",
    Role.MANAGER: "руководитель",
    Role.ADMIN: "администратор",
}
_DEPARTMENTS = {"housing": "Управление ЖКХ", "roads": "Управление дорожной деятельности"}


def main() -> int:
    """0: stopped by the person at the keyboard; 1: it could not start or something fell, with a sentence; 2: wrong usage."""
    parser = argparse.ArgumentParser(prog="./manage demo", description="Правдоподобный город на этой машине.")
    parser.add_argument("--fresh", action="store_true", help="удалить прежний город и построить новый")
    parser.add_argument("--port", type=int, default=8000, help="порт страниц; сети-тренажёр встают на следующий")
    parser.add_argument("--folder", type=Path, default=usual_place(), help="где хранить город (обычно .demo)")
    parser.add_argument(
        "--busy", action="store_true", help="день после снегопада: открыто двести обращений, и пишут ещё"
    )
    asked = parser.parse_args()
    # Another installation's variables must not lead the demonstration to another database.
    for name in [name for name in os.environ if name.startswith("INCIDENTS_")]:
        del os.environ[name]
    logging.getLogger("alembic").setLevel(logging.WARNING)
    started = time.monotonic()
    try:
        _check_ports(asked.port)
        with closing(open_folder(asked.folder.absolute(), fresh=asked.fresh)) as folder:
            return _run(folder, asked.port, started, ["busy"] if asked.busy else [])
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nОстановлено.")
        return 0


def _run(folder: Folder, port: int, started: float, day: list[str]) -> int:
    settings = _settings(folder, port)
    is_new = not folder.database.exists()
    if is_new:
        print(f"Строю город: {sum(arrivals.YEARS.values()):,} обращений 2018-2023 годов…".replace(",", " "), flush=True)
        founding.make(folder, settings)
    else:
        founding.upgrade(settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _setting(stop))
    children = Children(dict(os.environ))
    try:
        _start(children, folder)
        # The walls first: they are up long before the pages, and the life needs them at once.
        for url in (settings.vk_api_url.removesuffix("/vk"), settings.public_url):
            _await_page(children, url, stop)
        if not stop.is_set():
            _announce(folder, settings, time.monotonic() - started)
            _live(children, folder, stop, day, is_new=is_new)
    finally:
        print("\nОстанавливаю…", flush=True)
        children.stop()
    print(f"Остановлено. Город сохранён в {folder.path}; продолжить: запустите снова.")
    return 0


def _start(children: Children, folder: Folder) -> None:
    config = ("--config", str(folder.config))
    children.start("сети", ["incidents.demo.walls", str(folder.path)], folder.log("walls"))
    children.start("страницы", ["incidents", *config, "serve"], folder.log("web"))
    children.start("фоновый процесс", ["incidents", *config, "worker"], folder.log("worker"))


def _live(children: Children, folder: Folder, stop: threading.Event, day: list[str], *, is_new: bool) -> None:
    """Until the person at the keyboard has enough, or something falls."""
    children.start("жизнь города", ["incidents.demo.life", str(folder.path), *day], folder.log("life"))
    errand: Child | None = None
    if is_new:
        print("Проверяю журнал и сроки истории…", flush=True)
        errand = children.start(
            "проверка", ["incidents.demo.proof", str(folder.config)], folder.log("proof"), is_errand=True
        )
    while not stop.wait(0.3):
        if errand is not None and errand.process.poll() == 0:
            print(errand.log.read_text(encoding="utf-8").strip(), flush=True)
            errand = None
        _check(children)


def _await_page(children: Children, url: str, stop: threading.Event) -> None:
    deadline = time.monotonic() + _PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while not stop.wait(0.1):
        _check(children)
        try:
            with opener.open(f"{url}/", timeout=10):
                return
        except urllib.error.HTTPError as error:
            raise Stop(
                f"Первая страница ответила ошибкой {error.code}. Подробности: {children.family[1].log}"
            ) from None
        except OSError:
            if time.monotonic() > deadline:
                raise Stop(
                    f"Страницы не открылись за {_PATIENCE:.0f} с. Подробности: {children.family[1].log}"
                ) from None


def _check(children: Children) -> None:
    fallen = children.fallen()
    if fallen is not None:
        last = fallen.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
        words = "\n  ".join(last)
        raise Stop(f"Остановилось: {fallen.name}.\n  {words}\nПодробности: {fallen.log}")


def _settings(folder: Folder, port: int) -> Settings:
    walls = f"http://{_HOST}:{port + 1}"
    folder.write_config(
        {
            "town_name": "Комсомольск-на-Амуре",
            "zone": "Asia/Vladivostok",
            "database_url": f"sqlite:///{folder.database}",
            "key_file": str(folder.key_file()),
            "public_url": f"http://{_HOST}:{port}",
            "bind": f"{_HOST}:{port}",
            "web_processes": 2,
            "training": True,
            "log_level": "warning",
            "vk_api_url": f"{walls}/vk",
            "vk_web_url": f"{walls}/vk",
            "telegram_api_url": f"{walls}/telegram",
            "telegram_web_url": f"{walls}/telegram",
        }
    )
    folder.secrets()
    return load(folder.config)


def _announce(folder: Folder, settings: Settings, seconds: float) -> None:
    passwords = folder.secrets().passwords
    print(f"\n  Город:           {settings.public_url}/   (первая страница через {seconds:.0f} с)")
    print(f"  Сети-тренажёр:   {settings.vk_api_url.removesuffix('/vk')}/   (стены, ответы, кнопка «снегопад»)\n")
    print(f"  {'логин':<8} {'пароль':<20} {'кто':<18} роль")
    for member in townsfolk.PRINTED:
        role = _ROLES[member.role] + (f", {_DEPARTMENTS[member.department]}" if member.department else "")
        print(f"  {member.login:<8} {passwords[member.login]:<20} {member.name:<18} {role}")
    print("\n  Остановить: Ctrl+C. Начать заново: --fresh.", flush=True)


def _check_ports(port: int) -> None:
    if not 0 < port < 65535:
        raise Stop(f"Порт {port} невозможен: нужно число от 1 до 65534.")
    for number, what in ((port, "страниц"), (port + 1, "сетей-тренажёра")):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((_HOST, number))
            except OSError:
                raise Stop(
                    f"Порт {number} (для {what}) занят: возможно, демонстрация уже идёт. "
                    f"Другой порт: ./manage demo --port {port + 10}"
                ) from None


def _setting(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    return lambda number, frame: stop.set()


if __name__ == "__main__":
    sys.exit(main())
