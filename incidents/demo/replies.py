"""The reply templates of the demonstration town: what its press sector would have written for itself by now."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from incidents.flow import templating
from incidents.flow.templating import Owner
from incidents.records.people import Person
from incidents.rules.acts import Role

TEMPLATES = (
    (
        "Взяли в работу",
        "{имя}, здравствуйте! Передали в отдел «{отдел}», осмотрят место до {срок}. О результате напишем здесь же.",
    ),
    (
        "Нужен адрес",
        "{имя}, здравствуйте! Подскажите, пожалуйста, улицу и номер дома: без них бригада не найдёт место.",
    ),
    (
        "Снег: когда уберут",
        "{имя}, здравствуйте! {адрес} — в плане уборки. Технику ждём до {срок}. "
        "Если не приедет, звоните диспетчеру: 8 (4217) 52-71-11, круглосуточно.",
    ),
    (
        "Спасибо за сигнал, сделали",
        "{имя}, здравствуйте! По адресу {адрес} всё сделали. Если увидите, что осталось, напишите нам ещё раз.",
    ),
    (
        "Дом обслуживает управляющая компания",
        "{имя}, здравствуйте! Двор у {адрес} убирает управляющая компания. Её телефон написан на доске у подъезда и на "
        "dom.gosuslugi.ru. Не отвечают за сутки — звоните в управление ЖКХ: 8 (4217) 52-71-11, с 9 до 18.",
    ),
)


def write(session: Session, *, now: datetime) -> None:
    """Put them in, by the hand of somebody of the press sector."""
    query = select(Person).where(Person.role == Role.PRESS).order_by(Person.id).limit(1)
    writer = session.scalars(query).one()
    for name, text in TEMPLATES:
        templating.add(session, writer, name, text, Owner(), now=now)
