import type { AsyncLocalStorage } from "node:async_hooks";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
} from "kysely";

/** One transaction and what runs in it: everything that is awaited inside uses its connection. */
interface Scope {
  /** Null until the transaction has got its connection. */
  connection: DatabaseConnection | null;
  /** Transactions that are open in each other: the outer one is real, the others are savepoints. */
  depth: number;
  /** What was started in it and not awaited gets a connection of its own from then on. */
  isEnded: boolean;
}

type Scopes = AsyncLocalStorage<Scope>;

const scopesOfDatabases = new WeakMap<object, Scopes>();

/** Remembers by which scopes a database was opened (`scopedDialect`). */
export function rememberScopes(db: object, scopes: Scopes): void {
  scopesOfDatabases.set(db, scopes);
}

/**
 * Runs `work` in one transaction that every store on this database takes part in without being told: their statements use
 * its connection, and their transactions become savepoints of it. Commits when `work` resolves; undoes everything when it
 * rejects. Inside, transactions may follow each other or nest, but two of them must not run side by side.
 */
export function inOneTransaction<DB, Result>(
  db: Kysely<DB>,
  work: () => Promise<Result>,
): Promise<Result> {
  const scopes = scopesOfDatabases.get(db);
  if (scopes === undefined) throw new Error("this database was not opened with scopes");
  // Inside another one it is a savepoint, like every transaction.
  if (isOpen(scopes.getStore())) return db.transaction().execute(work);
  return scopes.run({ connection: null, depth: 0, isEnded: false }, () =>
    db.transaction().execute(work),
  );
}

function isOpen(scope: Scope | null | undefined): scope is Scope {
  return scope != null && scope.depth > 0 && !scope.isEnded;
}

/** The dialect with connections that know of scopes. */
export function scopedDialect(dialect: Dialect, scopes: Scopes): Dialect {
  return {
    createAdapter: () => dialect.createAdapter(),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createDriver: () => scopedDriver(dialect.createDriver(), scopes),
  };
}

function scopedDriver(driver: Driver, scopes: Scopes): Driver {
  const scopeOf = (connection: DatabaseConnection): Scope | null => {
    const scope = scopes.getStore();
    const isOurs = scope?.connection === connection && !scope.isEnded;
    return isOurs ? scope : null;
  };
  return {
    init: (options) => driver.init(options),
    destroy: (options) => driver.destroy(options),
    async acquireConnection(options) {
      const scope = scopes.getStore();
      if (isOpen(scope) && scope.connection !== null) return scope.connection;
      const connection = await driver.acquireConnection(options);
      if (scope !== undefined && scope.connection === null) scope.connection = connection;
      return connection;
    },
    async releaseConnection(connection, options) {
      if (isOpen(scopeOf(connection))) return;
      await driver.releaseConnection(connection, options);
    },
    async beginTransaction(connection, settings) {
      const scope = scopeOf(connection);
      if (scope === null || scope.depth === 0) await driver.beginTransaction(connection, settings);
      else await execute(connection, `savepoint ${nameOf(scope.depth + 1)}`);
      if (scope !== null) scope.depth += 1;
    },
    async commitTransaction(connection) {
      const scope = scopeOf(connection);
      if (scope === null || scope.depth <= 1) {
        end(scope);
        await driver.commitTransaction(connection);
        return;
      }
      await execute(connection, `release savepoint ${nameOf(scope.depth)}`);
      scope.depth -= 1;
    },
    async rollbackTransaction(connection) {
      const scope = scopeOf(connection);
      if (scope === null || scope.depth <= 1) {
        end(scope);
        await driver.rollbackTransaction(connection);
        return;
      }
      const name = nameOf(scope.depth);
      scope.depth -= 1;
      await execute(connection, `rollback to savepoint ${name}`);
    },
  };
}

/** Whatever comes of its last statement, the transaction is over. */
function end(scope: Scope | null): void {
  if (scope !== null) scope.isEnded = true;
}

const nameOf = (depth: number): string => `scope_${depth}`;

async function execute(connection: DatabaseConnection, statement: string): Promise<void> {
  await connection.executeQuery(CompiledQuery.raw(statement));
}
