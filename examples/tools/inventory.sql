-- sqlite3 inventory.db <inventory.sql
CREATE TABLE stock (item TEXT, count INTEGER, shelf TEXT);
INSERT INTO stock VALUES ('wood screw 4x40', 1200, 'B3'),
  ('machine screw M5', 87, 'B4'), ('hex key 5 mm', 12, 'A1'),
  ('O''Brien wrench', 2, 'C7');
