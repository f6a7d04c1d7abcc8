//! The parameters of a list, described: which there are, and which fields they may name.

use std::marker::PhantomData;

use utoipa::{
    IntoParams,
    openapi::{
        Object, ObjectBuilder, RefOr, Schema,
        path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle},
        schema::{ArrayBuilder, KnownFormat, SchemaFormat, Type},
    },
};

use super::{LIMIT_DEFAULT, LIMIT_MAX, Listed, OFFSET_MAX};

/// Stands for the parameters of a list of `T`.
pub struct ListParams<T>(PhantomData<T>);

/// Stands for the parameters of a list that is paged and nothing else.
pub struct PagingParams;

impl<T: Listed> IntoParams for ListParams<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let names = T::fields().names();
        let about = format!(
            "Conditions such as `name==x`, all of which must hold, on {}",
            names.join(", ")
        );
        let texts = ArrayBuilder::new().items(Object::with_type(Type::String));
        let filter = parameter("filterBy", about, texts)
            .style(Some(ParameterStyle::Form))
            .explode(Some(false));
        let by = choice(names);
        let mut parameters = vec![
            filter.build(),
            parameter("sortBy", "Without it: by creation, then by id", by).build(),
            parameter("search", "A part of a name, whatever its case", text()).build(),
        ];
        parameters.extend(PagingParams::into_params(|| None));
        parameters
    }
}

impl IntoParams for PagingParams {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let offset = whole_number(0, OFFSET_MAX, 0);
        let limit = whole_number(1, LIMIT_MAX, LIMIT_DEFAULT);
        vec![
            parameter("sortOrder", "Which end comes first", choice(vec!["asc", "desc"])).build(),
            parameter("offset", "Items passed over", offset).build(),
            parameter("limit", "Items of a page", limit).build(),
        ]
    }
}

fn parameter(
    name: &str,
    about: impl Into<String>,
    schema: impl Into<RefOr<Schema>>,
) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .description(Some(about))
        .schema(Some(schema))
}

fn text() -> Object {
    Object::with_type(Type::String)
}

fn choice(of: Vec<&'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(of))
}

fn whole_number(least: usize, most: usize, default: usize) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(least))
        .maximum(Some(most))
        .default(Some(default.into()))
}
