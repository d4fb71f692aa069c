// asks:     Who is recognised as 低保, 特困 or 低保边缘 and goes without a benefit that follows from it?
// asks.zh:  哪些低保、特困、低保边缘对象符合配套待遇的条件，却没有享受？
// label:    Suspected unmet entitlement: identity held, benefit absent
// label.zh: 疑似应享未享：有身份无配套
// law:      SAL-42
