// asks:     Whose household was split off, or joined by a stranger, within six months before it asked for aid?
// asks.zh:  哪些家庭在申请或纳入前六个月内分户（亲属仍同住一地）或加入了无亲属关系的人？
// label:    Suspected household split or joined for aid
// label.zh: 疑似拆户或拼户
// law:      M57-7
