import classes from "./Brand.module.css";

/** The product's mark and name. */
export function Brand() {
  return (
    <span className={classes.brand}>
      <svg className={classes.mark} viewBox="0 0 32 32" aria-hidden="true">
        <path className={classes.cell} d="M16 1.5 28.6 8.75v14.5L16 30.5 3.4 23.25V8.75z" />
        <path className={classes.center} d="M16 9.2l5.9 3.4v6.8L16 22.8l-5.9-3.4v-6.8z" />
      </svg>
      Atelier
    </span>
  );
}
