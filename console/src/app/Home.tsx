import { Navigate } from "react-router";

/** Where the console begins. */
export function Home() {
  return <Navigate to="/campaigns" replace />;
}
