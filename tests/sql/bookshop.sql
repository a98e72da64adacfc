-- A bookshop that sells on the web. `-- !` marks a column that is personal.
create table users (
    id integer primary key,
    login varchar(40), -- !
    email_address varchar(120), -- !
    pwd_hash varchar(200), -- !
    given_name varchar(60), -- !
    surname varchar(60), -- !
    dob date, -- !
    mobile varchar(30), -- !
    newsletter_opt_in boolean,
    email_verified boolean,
    created_at timestamp
);
create table addresses (
    id integer primary key,
    user_id integer references users(id),
    line1 varchar(120), -- !
    line2 varchar(120), -- !
    postcode varchar(12), -- !
    city varchar(60), -- !
    country_code varchar(2), -- !
    kind varchar(10)
);
create table cards (
    id integer primary key,
    user_id integer references users(id),
    holder varchar(80), -- !
    number varchar(20), -- !
    expires varchar(7), -- !
    brand varchar(20)
);
create table orders (
    id integer primary key,
    user_id integer references users(id),
    ship_to integer references addresses(id),
    placed_at timestamp,
    status varchar(10),
    total numeric(10, 2), -- !
    gift_message varchar(200) -- !
);
create table order_lines (
    order_id integer references orders(id),
    book_id integer,
    quantity integer, -- !
    unit_price numeric(10, 2), -- !
    primary key (order_id, book_id)
);
create table payments (
    id integer primary key,
    order_id integer references orders(id),
    card_id integer references cards(id),
    iban varchar(34), -- !
    amount numeric(10, 2), -- !
    paid_at timestamp
);
create table web_sessions (
    id integer primary key,
    user_id integer references users(id),
    session_token varchar(64), -- !
    ip varchar(45), -- !
    user_agent varchar(200), -- !
    started_at timestamp
);
create table page_views (
    id integer primary key,
    session_id integer references web_sessions(id),
    path varchar(200), -- !
    referer varchar(200), -- !
    seen_at timestamp
);
create table reviews (
    id integer primary key,
    book_id integer,
    user_id integer references users(id),
    stars integer,
    body text, -- !
    created_at timestamp
);
create table tickets (
    id integer primary key,
    user_id integer references users(id),
    assigned_to integer references staff(id),
    subject varchar(120), -- !
    opened_at timestamp
);
create table ticket_messages (
    id integer primary key,
    ticket_id integer references tickets(id),
    message text, -- !
    sent_at timestamp
);
create table staff (
    id integer primary key,
    full_name varchar(80), -- !
    work_email varchar(120), -- !
    phone_ext varchar(10), -- !
    salary numeric(10, 2), -- !
    hired_on date -- !
);
create table books (
    id integer primary key,
    isbn varchar(17),
    title varchar(200),
    author_name varchar(120),
    price numeric(10, 2),
    page_count integer
);
create table warehouses (
    id integer primary key,
    name varchar(40),
    street varchar(120),
    city varchar(60)
);
create table mail_templates (
    id integer primary key,
    name varchar(40),
    subject varchar(120),
    body text
);
