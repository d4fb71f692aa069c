// asks:     Which families or people left a programme within six months although they still meet the conditions?
// asks.zh:  哪些家庭或个人近六个月内退出了救助，而按现有数据仍符合条件？
// label:    Suspected unmet need: left, still qualifies
// label.zh: 疑似应救未救：退出后仍符合条件
// law:      SAL-47, SAL-48
